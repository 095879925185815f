# The HTTP API with the models inside; nothing is fetched when it runs.
#   docker build -t pullquote .
#   docker run -p 8000:8000 -v pullquote:/data -e PULLQUOTE_KEYS="web:ask:SHA256" pullquote
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/pullquote
COPY requirements.lock .
RUN /opt/pullquote/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
RUN /opt/pullquote/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
COPY --from=build /opt/pullquote /opt/pullquote
RUN useradd --uid 10001 --no-create-home pullquote && install -d -o pullquote -g pullquote /data
USER pullquote
ENV PATH=/opt/pullquote/bin:$PATH PULLQUOTE_LIBRARY=/data/library \
    PULLQUOTE_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["pullquote", "serve"]
