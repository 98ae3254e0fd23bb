import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
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

const mantine = 'node_modules/@mantine/core'
const imports = (text: string) =>
  [...text.matchAll(/from "\.\.(?:\/\.\.)*\/(?:components\/)?([A-Z]\w+)\//g)].flatMap(
    ([, name]) => name ?? [],
  )

/** The parts of Mantine that our files name, and those that these are made of. */
function usedParts(): Set<string> {
  const used = new Set<string>()
  const add = (name: string) => {
    const folder = `${mantine}/esm/components/${name}`
    if (name === '' || used.has(name) || !existsSync(folder)) return
    used.add(name)
    for (const file of globSync(`${folder}/**/*.mjs`)) imports(readFileSync(file, 'utf8')).forEach(add)
  }
  for (const file of globSync('src/**/*.{ts,tsx}')) {
    const named = readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)
    for (const [, names] of named)
      names?.split(',').forEach(name => add(/(?:type )?(\w*)/.exec(name.trim())?.[1] ?? ''))
  }
  return used
}

/** Mantine's whole style sheet is 39 kB compressed, half of it for components that nobody uses. */
function mantineStyles(): Plugin {
  const asked = '@mantine/core/styles.layer.css'
  const answered = '\0mantine-used.css'
  return {
    name: 'mantine-styles',
    apply: 'build',
    enforce: 'pre',
    resolveId: id => (id === asked ? answered : undefined),
    load(id) {
      if (id !== answered) return undefined
      const whole = readFileSync(`${mantine}/styles.css`, 'utf8')
      const used = usedParts()
      const sheets = readdirSync(`${mantine}/styles`).filter(name => !name.endsWith('.layer.css'))
      return sheets
        .filter(
          name =>
            !existsSync(`${mantine}/esm/components/${name.slice(0, -4)}`) || used.has(name.slice(0, -4)),
        )
        .map(name => readFileSync(`${mantine}/styles/${name}`, 'utf8'))
        .toSorted((one, other) => whole.indexOf(one.slice(0, 300)) - whole.indexOf(other.slice(0, 300)))
        .map(sheet => `@layer mantine {${sheet}}`)
        .join('\n')
    },
    // A part whose styles are missing is not seen by a test: it is only not seen.
    writeBundle(_options, bundle) {
      const whole = readFileSync(`${mantine}/styles.css`, 'utf8')
      const files = Object.values(bundle)
      const shipped = files.flatMap(file => (file.type === 'asset' ? String(file.source) : [])).join('\n')
      const named = files.flatMap(file =>
        file.type === 'chunk' ? (file.code.match(/\bm_[0-9a-f]{5,8}\b/g) ?? []) : [],
      )
      const bare = [...new Set(named)].filter(
        name => whole.includes(`.${name}`) && !shipped.includes(`.${name}`),
      )
      if (bare.length) this.error(`parts of Mantine are used without their styles: ${bare.join(', ')}`)
    },
  }
}

export default defineConfig({
  plugins: [react(), mantineStyles(), precompress()],
  publicDir: 'src/web/public',
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
