import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import fastify from 'fastify'
import { build } from 'vite'
import { webFiles } from '../core/web-files.ts'

export interface Gallery {
  url: string
  close(): Promise<void>
}

/** The components of ui/ without a server behind them, built and served as the product's own pages are. */
export async function startGallery(): Promise<Gallery> {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-gallery-'))
  await build({
    root: fileURLToPath(new URL('./web', import.meta.url)),
    configFile: false,
    plugins: [react()],
    html: { cspNonce: '__RAPPORT_NONCE__' },
    define: { __webpack_nonce__: 'globalThis.__rapport_nonce' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, minify: false },
    logLevel: 'error',
  })
  const app = fastify()
  await app.register(webFiles(folder))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    async close() {
      await app.close()
      rmSync(folder, { recursive: true })
    },
  }
}
