# Two stages: what builds stays behind, what runs has no compiler, no pip and nothing to write but /data and /tmp.
# The Python is the one that the tests run on.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/ringback
COPY requirements/run.txt requirements/
RUN /opt/ringback/bin/pip install --require-hashes --only-binary=:all: -r requirements/run.txt
COPY pyproject.toml README.md LICENSE wsgi.py ./
COPY tracker tracker
COPY alerts alerts
COPY demo demo
COPY snippet snippet
# The build's own tools were locked with the rest; they and pip have done their work then.
RUN /opt/ringback/bin/pip install --no-deps --no-build-isolation . \
 && /opt/ringback/bin/pip uninstall --yes editables hatchling pathspec pluggy tomlkit trove-classifiers setuptools pip

FROM python:3.11-slim
RUN groupadd --gid 10001 ringback \
 && useradd --uid 10001 --gid ringback --no-create-home --home-dir /data --shell /usr/sbin/nologin ringback \
 && install --directory --owner=ringback --group=ringback --mode=0700 /data
COPY --from=build /opt/ringback /opt/ringback
ENV PATH=/opt/ringback/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    RINGBACK_HOST=0.0.0.0 \
    RINGBACK_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Granian and Celery both finish what they have begun when they get it; within 40 s.
STOPSIGNAL SIGTERM
# Of the web process. A worker has no port: switch the check off for it, as compose.yaml does.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + (os.environ.get('RINGBACK_PORT') or '8080') + '/readyz', timeout=4)"]
ENTRYPOINT ["ringback"]
CMD ["run"]
