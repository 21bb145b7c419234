// Post and read back with the npm client @xapi/xapi. usage: node with_xapi.cjs ENDPOINT USER KEY EMAIL COURSE
const XAPI = require("@xapi/xapi");
const assert = require("node:assert");
const { randomUUID } = require("node:crypto");

const [endpoint, user, key, email, course] = process.argv.slice(2);
const Client = XAPI.default || XAPI;
const lrs = new Client({ endpoint, auth: Client.toBasicAuth(user, key), adapter: "fetch" });

const statement = (verb, more = {}) => ({
  id: randomUUID(),
  actor: { objectType: "Agent", mbox: `mailto:${email}` },
  verb: { id: `http://adlnet.gov/expapi/verbs/${verb}`, display: { en: verb } },
  object: { objectType: "Activity", id: `https://lms.example/courses/${course}` },
  ...more,
});

(async () => {
  const about = await lrs.getAbout();
  assert.ok(about.data.version.includes("1.0.3"));

  const scored = statement("scored", { result: { score: { raw: 90, max: 100 } } });
  assert.deepStrictEqual((await lrs.sendStatement({ statement: scored })).data, [scored.id]);

  const many = Array.from({ length: 7 }, () => statement("attended"));
  assert.strictEqual((await lrs.sendStatements({ statements: many })).data.length, 7);

  const back = await lrs.getStatement({ statementId: scored.id });
  assert.strictEqual(back.data.result.score.raw, 90);

  let page = (await lrs.getStatements({ verb: many[0].verb.id, limit: 3 })).data;
  const seen = page.statements.map((one) => one.id);
  while (page.more) {
    page = (await lrs.getMoreStatements({ more: page.more })).data;
    seen.push(...page.statements.map((one) => one.id));
  }
  assert.deepStrictEqual(seen.sort(), many.map((one) => one.id).sort());

  await lrs.voidStatement({ actor: scored.actor, statementId: scored.id });
  const voided = await lrs.getVoidedStatement({ voidedStatementId: scored.id });
  assert.strictEqual(voided.data.id, scored.id);
  await assert.rejects(lrs.getStatement({ statementId: scored.id }));
  console.log("@xapi/xapi: written and read back");
})().catch((error) => {
  console.error(error && error.message, error && error.response && error.response.status);
  process.exit(1);
});
