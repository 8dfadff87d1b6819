// judge_json.mjs PACKAGES SCHEMA FILE: what ajv says against a file by a JSON Schema (draft 7), a JSON array; nothing wrong = [].
import { createRequire } from "node:module"
import { readFileSync } from "node:fs"

const [packages, schema, file] = process.argv.slice(2)
const require = createRequire(packages + "/")
const Ajv = require("ajv").default
const judge = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false })
require("ajv-formats").default(judge)
const valid = judge.compile(JSON.parse(readFileSync(schema, "utf8")))
valid(JSON.parse(readFileSync(file, "utf8")))
console.log(JSON.stringify(valid.errors ?? []))
