# Read docs/deployment.md. The build needs a package registry, the container nothing.
FROM python:3.11-slim AS build
WORKDIR /source
RUN python -m venv /venv
COPY requirements/run.txt requirements/run.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .
# Compiled here once: the container may not write to it.
RUN cd / && /venv/bin/python -c "from searchapp.config import Settings; from searchapp.engines import open_engine; open_engine(Settings()).prepare()"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home searchapp \
 && mkdir /index \
 && chown searchapp /index
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SEARCHAPP_INDEX_DIR=/index \
    SEARCHAPP_HOST=0.0.0.0
# It does not start without SEARCHAPP_ACCESS_TOKEN, SEARCHAPP_PROXIES or --insecure: nothing is served to strangers.
USER searchapp
WORKDIR /index
VOLUME /index
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz')"]
ENTRYPOINT ["searchapp"]
CMD ["serve"]
