// Runs `src/lib.rs` under Node: `node run.mjs MODULE.wasm FOLDER_OF_GOLDEN_FILES`.
// Every golden file that it knows is written and compared byte by byte, and read back; one that lies
// in the folder and is unknown to it is an error.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [module, folder] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module));
const wasm = instance.exports;

const fromBuffer = () =>
  Buffer.from(new Uint8Array(wasm.memory.buffer, wasm.buffer_place(), wasm.buffer_len()));

function toBuffer(bytes) {
  const place = wasm.make_room(bytes.length);
  new Uint8Array(wasm.memory.buffer).set(bytes, place);
}

function run() {
  wasm.start();
  const unknown = new Set(readdirSync(folder).filter((name) => name.endsWith(".par")));
  for (let number = 0; number < wasm.golden_count(); number++) {
    wasm.golden_name(number);
    const name = fromBuffer().toString();
    const kept = readFileSync(join(folder, name));
    if (wasm.golden_write(number) && !fromBuffer().equals(kept)) {
      throw new Error(`${name}: WebAssembly writes other bytes`);
    }
    toBuffer(kept);
    wasm.golden_read(number);
    unknown.delete(name);
    console.log(`ok ${name}: ${kept.length} bytes, written, read eagerly and lazily`);
  }
  if (unknown.size > 0) {
    throw new Error(`golden files that WebAssembly does not try: ${[...unknown].join(", ")}`);
  }
}

try {
  run();
} catch (error) {
  if (error instanceof WebAssembly.RuntimeError) {
    console.error(fromBuffer().toString());
  }
  throw error;
}
