# docker build -t k8s-audit .
# docker run --rm -v "$PWD:/logs:ro" k8s-audit scan audit.log
# A tag can be moved to another image, a digest cannot; .github/dependabot.yml brings the next one.
FROM node:24.19.0-bookworm-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24.19.0-bookworm-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df
LABEL org.opencontainers.image.title="k8s-audit" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /src/package.json /src/LICENSE /src/NOTICE ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/bin bin
COPY --from=build /src/dist dist
COPY --from=build /src/rules rules
# For jobs that run commands in the image.
RUN ln -s /app/bin/k8s-audit.js /usr/local/bin/k8s-audit
USER node
WORKDIR /logs
ENTRYPOINT ["node", "/app/bin/k8s-audit.js"]
CMD ["--help"]
