// @ts-check
/** The models page: a picture that a model's folder does not hold leaves no hole. */

for (const image of document.querySelectorAll(".pictures img")) {
  const hide = () => image.closest("figure")?.remove();
  image.addEventListener("error", hide);
  if (/** @type {HTMLImageElement} */ (image).complete && !(/** @type {HTMLImageElement} */ (image).naturalWidth)) hide();
}
