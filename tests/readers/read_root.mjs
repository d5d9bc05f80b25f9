// Sum a file with JSROOT: node read_root.mjs FILE TREE WEIGHT [HISTOGRAM]; prints JSON.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const [file, treeName, weight, histogram] = process.argv.slice(2);
const folder = process.env.NODE_PATH ? path.join(process.env.NODE_PATH, 'jsroot') : path.dirname(createRequire(import.meta.url).resolve('jsroot/package.json'));
const load = name => import(pathToFileURL(path.join(folder, 'modules', name)).href);
const { openFile } = await load('io.mjs');
const { TSelector, treeProcess } = await load('tree.mjs');

const bytes = await readFile(file);
const root = await openFile(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const tree = await root.readObject(treeName);
const selector = new TSelector();
selector.addBranch(weight, 'w');
let sum = 0, n = 0;
selector.Process = function () { sum += this.tgtobj.w; n += 1; };
await treeProcess(tree, selector);
const result = { n, sum };
if (histogram) {
  const found = await root.readObject(histogram);
  let total = 0;
  for (let bin = 1; bin <= found.fXaxis.fNbins; ++bin) total += found.getBinContent(bin);
  Object.assign(result, { type: found._typename, bins: found.fXaxis.fNbins, total });
}
console.log(JSON.stringify(result));
