FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/face
COPY requirements.lock .
RUN pip install --require-hashes --only-binary :all: -r requirements.lock
COPY wsgi.py gunicorn.conf.py ./
COPY app app
COPY templates templates
COPY static static
COPY models models
# Any command makes the compressed copies of static/, which the container itself may not write.
RUN flask settings > /dev/null
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "wsgi:app"]
