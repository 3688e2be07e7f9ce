// OpenAI's own client for Node against a running server: node clients.mjs FOLDER_WITH_OPENAI PORT KEY
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [folder, port, key] = process.argv.slice(2);
const { OpenAI } = createRequire(`${folder}/`)("openai");
const baseURL = `http://127.0.0.1:${port}/v1`;
const client = new OpenAI({ baseURL, apiKey: key, maxRetries: 0 });
const model = "all-MiniLM-L6-v2";

const models = await client.models.list();
assert.equal(models.data[0].id, model);
assert.equal((await client.models.retrieve(model)).dimensions, 384);

const two = await client.embeddings.create({ model, input: ["a guitar", "a violin"], encoding_format: "float" });
assert.deepEqual(two.data.map((one) => one.index), [0, 1]);
assert.equal(two.data[0].embedding.length, 384);
assert.equal(two.usage.total_tokens, 8);

// What the client asks for when nobody says an encoding: base64, which it reads itself.
const one = await client.embeddings.create({ model, input: "a guitar" });
const apart = Math.max(...one.data[0].embedding.map((value, i) => Math.abs(value - two.data[0].embedding[i])));
assert.ok(apart < 1e-5, `base64 differs by ${apart}`);

const ids = await client.embeddings.create({ model, input: [101, 1037, 2858, 102], encoding_format: "float" });
assert.ok(Math.abs(ids.data[0].embedding[0] - two.data[0].embedding[0]) < 1e-5);

await assert.rejects(client.embeddings.create({ model, input: "a", dimensions: 64 }),
  (error) => error instanceof OpenAI.BadRequestError && error.param === "dimensions");
await assert.rejects(client.embeddings.create({ model: "gpt-9", input: "a" }),
  (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found");
await assert.rejects(new OpenAI({ baseURL, apiKey: "wrong", maxRetries: 0 }).models.list(),
  (error) => error instanceof OpenAI.AuthenticationError && error.code === "invalid_api_key");

console.log("OpenAI's client for Node: models, embeddings, token ids, base64 and refusals as it expects them");
