// Put what the site serves besides its own scripts into build/javascript: plotly.js as ES modules, its 3D traces in a chunk
// of their own, and KaTeX's style sheet and fonts. A stamp of what went in makes the second time a no-op.
//
// usage: node scripts/bundle.mjs [OUTPUT]

import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const output = resolve(process.argv[2] ?? join(root, 'build/javascript'))
const entries = join(root, 'scripts/plotly')

const stamp = await stampOf([
  fileURLToPath(import.meta.url),
  join(root, 'package.json'),
  ...(await readdir(entries)).sort().map(name => join(entries, name)),
])
if ((await readFile(join(output, 'stamp'), 'utf8').catch(() => '')) === stamp) {
  console.log('JavaScript: nothing to do')
} else {
  const beside = `${output}.${process.pid}`
  await rm(beside, { recursive: true, force: true })
  await mkdir(beside, { recursive: true })
  await bundlePlotly(beside)
  await copyKatex(beside)
  await writeFile(join(beside, 'stamp'), stamp)
  await rm(output, { recursive: true, force: true })
  await rename(beside, output)
}

async function stampOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(await readFile(path))
  return hash.digest('hex')
}

async function bundlePlotly(folder) {
  const [{ build }, { default: glsl }, { default: inlineCss }] = await Promise.all(
    ['esbuild', 'esbuild-plugin-glsl', 'esbuild-plugin-inline-css'].map(name => import(name)),
  )
  const { metafile } = await build({
    entryPoints: { plotly: join(entries, 'load.js') },
    outdir: folder,
    chunkNames: 'plotly-[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2020',
    minify: true,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'error',
    alias: { regl: '@plotly/regl', stream: 'stream-browserify' },
    define: { global: 'window', 'define.amd': 'false', 'process.env.NODE_DEBUG': 'false' },
    plugins: [glsl({ minify: true }), inlineCss()],
  })
  for (const path of Object.keys(metafile.outputs).filter(path => path.endsWith('.js'))) {
    const bytes = await readFile(join(process.cwd(), path))
    console.log(`JavaScript: ${path.split('/').pop()}  ${kB(bytes.length)} kB, ${kB(gzipSync(bytes).length)} kB compressed`)
  }
}

async function copyKatex(folder) {
  const katex = join(root, 'node_modules/katex/dist')
  await mkdir(join(folder, 'katex'), { recursive: true })
  const css = await readFile(join(katex, 'katex.min.css'), 'utf8')
  const woff2Only = css.replace(/,url\(fonts\/[^)]*\.(woff|ttf)\) format\("[^"]*"\)/g, '')
  await writeFile(join(folder, 'katex/katex.min.css'), woff2Only)
  for (const font of (await readdir(join(katex, 'fonts'))).filter(name => name.endsWith('.woff2'))) {
    await cp(join(katex, 'fonts', font), join(folder, 'katex/fonts', font))
  }
}

function kB(bytes) {
  return (bytes / 1000).toFixed(0)
}
