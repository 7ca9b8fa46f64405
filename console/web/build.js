// Bundles the page into the directory named by the first argument: index.html, assets/ and the licences of what is inside.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const out = process.argv[2] ?? 'dist';
const assets = path.join(out, 'assets');
await rm(out, { recursive: true, force: true });
await mkdir(assets, { recursive: true });

const result = await build({
  entryPoints: ['src/main.js', 'src/styles.css'],
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022'],
  minify: true,
  metafile: true,
  legalComments: 'none',
  loader: { '.woff2': 'file' },
  alias: { 'hls.js': 'hls.js/light' },
  define: { HLS_WORKER: JSON.stringify(await copyHashed('node_modules/hls.js/dist/hls.worker.js')) },
});

const built = Object.entries(result.metafile.outputs);
const nameOf = entry => path.basename(built.find(([, output]) => output.entryPoint === entry)[0]);
const icon = await copyHashed('src/icon.svg');
const page = (await readFile('src/index.html', 'utf8'))
  .replace('{{script}}', `/assets/${nameOf('src/main.js')}`)
  .replace('{{style}}', `/assets/${nameOf('src/styles.css')}`)
  .replace('{{icon}}', icon);
await writeFile(path.join(out, 'index.html'), page);
await writeFile(path.join(assets, 'licenses.txt'), await licences());
// The server answers only for the names in this list.
const names = (await readdir(assets)).sort().map(name => `assets/${name}`);
await writeFile(path.join(out, 'files.txt'), ['index.html', ...names].join('\n'));

async function copyHashed(source) {
  const bytes = await readFile(source);
  const { name, ext } = path.parse(source);
  const hashed = `${name}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}${ext}`;
  await cp(source, path.join(assets, hashed));
  return `/assets/${hashed}`;
}

async function licences() {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const texts = Object.entries(dependencies).map(async ([name, version]) =>
    `${name} ${version}\n\n${await readFile(`node_modules/${name}/LICENSE`, 'utf8')}`);
  return (await Promise.all(texts)).join(`\n${'-'.repeat(78)}\n\n`);
}
