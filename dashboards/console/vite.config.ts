import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import presetMantine from 'postcss-preset-mantine'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  plugins: [react()],
  css: { postcss: { plugins: [presetMantine()] } },
  build: {
    outDir: here('../../dist/console'),
    emptyOutDir: true,
    // everything is a file of ours under /assets: the server's content policy allows nothing else
    assetsInlineLimit: 0,
    target: 'es2022',
    // in bytes before compression; the budget is 350 kB of JavaScript as it is sent
    chunkSizeWarningLimit: 700,
  },
  server: {
    // `npx vite dashboards/console` beside a running `faultline serve`
    proxy: { '/api': 'http://127.0.0.1:7373', '/openapi.json': 'http://127.0.0.1:7373' },
  },
})
