# Debian, not Alpine: the embedded store is a library for glibc.
FROM node:24.11.1-bookworm-slim AS build
WORKDIR /app
COPY . .
# `npm ci` also builds (the `prepare` script); then what only the build needed goes.
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24.11.1-bookworm-slim
LABEL org.opencontainers.image.title="Faultline" \
      org.opencontainers.image.description="A monitoring-integrated AIOps incident engine" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    FAULTLINE_DATA=/data
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/rules ./rules
COPY --from=build /app/src/demo ./src/demo
COPY --from=build /app/docs ./docs
# A volume that is mounted here for the first time takes its owner from this folder.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7373
# Reached from outside only with FAULTLINE_LISTEN=0.0.0.0:7373 and FAULTLINE_ADMIN_TOKEN set.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "-e", \
  "fetch('http://127.0.0.1:7373/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=64", "--enable-source-maps", "dist/src/main.js", "serve"]
