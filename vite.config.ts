import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const outDir = 'dist/web'

/** Compressed once at build, so that no request pays for it. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|svg|json|webmanifest)$/.test(entry.name)) continue
        const file = join(entry.parentPath, entry.name)
        const body = readFileSync(file)
        if (body.length < 1024) continue
        writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }))
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
        )
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), precompress()],
  // The server writes a fresh nonce in its place with every page.
  html: { cspNonce: '__RAPPORT_NONCE__' },
  // react-remove-scroll adds a style element and asks for the nonce by this name.
  define: { __webpack_nonce__: 'globalThis.__rapport_nonce' },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    assetsDir: 'assets',
    // data: addresses would need a hole in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // A door names all that its area offers; only what a page takes from it comes along.
      treeshake: { moduleSideEffects: id => !/\/src\/.*\.tsx?$/.test(id) || id.endsWith('/src/web.tsx') },
      output: {
        codeSplitting: {
          groups: [
            { name: 'charts', test: /node_modules\/(echarts|zrender)\//, priority: 2 },
            {
              name: 'frame',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-)?(router|query|store|history)[^/]*|i18next)\//,
              priority: 1,
            },
          ],
        },
      },
    },
  },
})
