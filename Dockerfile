# One image for every service; docker-compose.yml says which one a container runs.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /lilux
# The version is the one tools/setup installs for checkouts.
RUN npm install --global --ignore-scripts pnpm@12.21.0
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
COPY services services
COPY apps apps
COPY bench/package.json bench/package.json
COPY tests/e2e/package.json tests/e2e/package.json
COPY tools tools
RUN node "$(npm root --global)/pnpm/bin/pnpm.mjs" install --frozen-lockfile --prod
# onnxruntime-node carries every platform's library; a container runs on one.
RUN find node_modules/.pnpm -path '*onnxruntime-node/bin/napi-v*' -mindepth 1 -maxdepth 12 -type d \
      \( -name darwin -o -name win32 \) -prune -exec rm -rf {} +
# The terminal page is made once, here.
RUN node --no-warnings apps/lilux/src/main.ts terminal --out /lilux/terminal

FROM node:24-bookworm-slim
# Python runs scripts, bubblewrap confines them; only the kiwi service uses them.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends bubblewrap python3 python3-pip \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /lilux
COPY --from=dependencies /lilux /lilux
COPY models models
COPY examples examples
ENV NODE_ENV=production \
    LILUX_PROJECT=/library \
    LILUX_MODEL_DIR=/lilux/models/router-encoder \
    LILUX_TERMINAL_DIR=/lilux/terminal \
    LILUX_ADMIN_HOST=0.0.0.0 \
    LILUX_ADMIN_PORT=9464
# Where a volume for signing keys is mounted; it takes over who owns the folder.
RUN mkdir /state /embeddings /tenants && chown node:node /state /embeddings /tenants && chmod 700 /state /tenants
USER node
ENTRYPOINT ["node", "--no-warnings"]
CMD ["services/gateway/src/main.ts"]
