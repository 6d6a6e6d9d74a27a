# One image for the API, the workers, the payment simulator and the scripts; the command chooses. Debian rather than
# Alpine, as everywhere else. Node comes with the image, so the packages that bring Node and Postgres for `npm start`
# stay out: the first does nothing without its install script, the second's binaries are optional packages.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production NODE_OPTIONS="--disable-warning=ExperimentalWarning --max-semi-space-size=64" HOLDFAST_DATA_DIR=/data
WORKDIR /app
# A volume that is mounted here for the first time takes over the owner.
RUN install --directory --owner=node --group=node --mode=0700 /data
COPY --from=packages /app/node_modules ./node_modules
COPY . .
USER node
EXPOSE 8080
CMD ["node", "--heap-growing-percent=800", "api/main.ts"]
