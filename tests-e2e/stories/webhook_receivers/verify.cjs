// Verifies deliveries with the npm library, as a receiver written in JavaScript does.
// usage: node verify.cjs DELIVERIES.json, which holds [{secret, headers, body}, …]; prints one JSON line for each.
const { readFileSync } = require("node:fs");
const { Webhook } = require("standardwebhooks");

for (const { secret, headers, body } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  try {
    console.log(JSON.stringify({ read: new Webhook(secret).verify(body, headers) }));
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
  }
}
