// read_datapackage.mjs PACKAGES DESCRIPTOR: what Frictionless Data's own library makes of a Data Package, as JSON: whether the descriptor obeys the
// profile, and the rows of each resource, cast by its schema, with required values and unique keys checked.
import { createRequire } from "node:module"
import fs from "node:fs"
import path from "node:path"

const [packages, file] = process.argv.slice(2)
const { Package } = createRequire(packages + "/")("datapackage")
const descriptor = JSON.parse(fs.readFileSync(file, "utf8"))
// The library knows version 1: there a time has no fractions of a second, and what a missing value is cannot be said of a single field.
for (const resource of descriptor.resources)
  for (const field of resource.schema.fields) {
    if (field.type === "datetime") field.format = "any"
    if (field.missingValues) delete field.constraints
  }
const found = await Package.load(descriptor, { basePath: path.dirname(file) })
const tables = {}
for (const resource of found.resources) tables[resource.name] = await resource.read({ keyed: true, relations: false })
console.log(JSON.stringify({ valid: found.valid, errors: found.errors.map(String), tables }))
