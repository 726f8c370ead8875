// Builds dist/ringback.js from src/ringback.js. With --check it writes nothing, and fails when the two have parted.
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { parse } from 'acorn';
import { minify } from 'terser';

const LIMIT = 1300; // bytes under brotli 11: what a page pays for the snippet
const ECMA = 2018; // the oldest language the snippet may ask for

const source = new URL('src/ringback.js', import.meta.url);
const built = new URL('dist/ringback.js', import.meta.url);

const fail = (message) => {
  console.error(`snippet: ${message}`);
  process.exitCode = 1;
};

// const or let is for the reader; one word instead of two compresses better.
const { code } = await minify(readFileSync(source, 'utf8').replace(/\bconst\b/g, 'let'), {
  ecma: ECMA,
  toplevel: true,
  compress: { passes: 5, unsafe_arrows: true },
  mangle: true,
  format: { comments: false },
});
parse(code, { ecmaVersion: ECMA }); // throws on newer syntax
const output = `${code}\n`;

const size = brotliCompressSync(output, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: output.length },
}).length;
console.log(`snippet: ${output.length} bytes, ${size} under brotli (limit ${LIMIT})`);
if (size > LIMIT) fail(`${size - LIMIT} bytes over the limit`);

if (process.argv.includes('--check')) {
  let present = '';
  try {
    present = readFileSync(built, 'utf8');
  } catch {
    // Missing is the same as different.
  }
  if (present !== output) fail('dist/ringback.js is not what src/ringback.js builds to; run: npm --prefix snippet run build');
} else {
  writeFileSync(built, output);
}
