"""From the bytes of a picture to the emotion on every face in it; knows nothing of the web."""
