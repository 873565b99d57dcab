# oneclaw in a container. Keep /var/lib/oneclaw: without a Postgres URL it holds the store, and the master key unless
# that is in ONECLAW_MASTER_KEY. Put a proxy with TLS before it.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY bin bin
COPY crates crates
COPY migrations migrations
RUN cargo build --release --locked -p oneclaw-server --bin oneclaw

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /var/lib/oneclaw oneclaw \
    && install -d -o oneclaw -g oneclaw -m 0700 /var/lib/oneclaw
COPY --from=build /src/target/release/oneclaw /usr/local/bin/oneclaw
COPY docs/operations.md /usr/share/doc/oneclaw/operations.md
USER oneclaw
ENV ONECLAW_DATA_DIR=/var/lib/oneclaw ONECLAW_LISTEN=0.0.0.0:8080 ONECLAW_LOG_FORMAT=json
VOLUME /var/lib/oneclaw
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/oneclaw"]
