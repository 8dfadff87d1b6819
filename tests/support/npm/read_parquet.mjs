// read_parquet.mjs PACKAGES READER FILE...: what a reader makes of each as JSON Lines and a line "end"; whole numbers and times (microseconds
// since 1970) as text.
//
// hyparquet, duckdb: the rows; schema, metadata: what DuckDB says of columns and of chunks.
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"

const [packages, reader, ...files] = process.argv.slice(2)
const require = createRequire(packages + "/")

function plain(value) {
  if (typeof value === "bigint") return String(value)
  if (value instanceof Date) return value.toISOString()
  if (value && typeof value === "object" && "micros" in value) return String(value.micros)
  return value === undefined ? null : value
}

function tell(row) {
  console.log(JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))))
}

async function hyparquet(file) {
  const { asyncBufferFromFile, parquetReadObjects } = await import(pathToFileURL(packages + "/node_modules/hyparquet/src/node.js"))
  for (const row of await parquetReadObjects({ file: await asyncBufferFromFile(file) })) tell(row)
}

async function duckdb(from, file) {
  const { DuckDBInstance } = require("@duckdb/node-api")
  const connection = await (await DuckDBInstance.create()).connect()
  const found = await connection.runAndReadAll(`from ${from}('${file.replaceAll("'", "''")}')`)
  for (const row of found.getRowObjects()) tell(row)
}

const tables = { duckdb: "read_parquet", schema: "parquet_schema", metadata: "parquet_metadata" }

for (const file of files) {
  if (reader === "hyparquet") await hyparquet(file)
  else await duckdb(tables[reader], file)
  console.log("end")
}
