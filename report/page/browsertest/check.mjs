// Looks at pages with a browser, as a person would, and prints what it found as
// JSON. It judges nothing: browser_test.go does.
//
// Usage: node check.mjs JOB.json, with {"browser": path, "pages": [{"name", "path", "checks": ["loads", "sees", "uses", "guesses", "valid"]}], "sights": [{"width", "scheme"}]}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const asRoot = process.getuid?.() === 0; // for whom Chromium has no sandbox
const browser = await chromium.launch({ executablePath: job.browser, args: asRoot ? ["--no-sandbox"] : [] });

// open loads a page in a fresh context, counts what it must not do, and lets
// no request but that for the page itself leave.
async function open(path, options = {}) {
  const url = pathToFileURL(path).href;
  const context = await browser.newContext(options);
  const seen = { requests: [], dialogs: [], console: [], violations: [], popups: 0 };
  await context.route("**/*", (route) => {
    if (route.request().url().split("#")[0] === url) return route.continue();
    seen.requests.push(route.request().url().slice(0, 200));
    return route.abort();
  });
  await context.exposeBinding("tellViolation", (_, text) => { seen.violations.push(text); });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) => window.tellViolation(`${e.violatedDirective} ${e.blockedURI}`));
  });
  const page = await context.newPage();
  page.on("dialog", (dialog) => { seen.dialogs.push(dialog.message()); dialog.dismiss(); });
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) seen.console.push(message.text().slice(0, 300)); });
  page.on("pageerror", (error) => seen.console.push(String(error).slice(0, 300)));
  page.on("popup", () => { seen.popups++; });
  await page.goto(url);
  return { page, context, seen };
}

// loads says what a page does on its own, when everything in it is opened,
// pointed at and scrolled past.
async function loads(path) {
  const { page, context, seen } = await open(path);
  await page.evaluate(async () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const element of document.querySelectorAll("main *")) {
      for (const type of ["pointerover", "mouseover", "mouseenter", "pointermove"]) element.dispatchEvent(new MouseEvent(type, { bubbles: true }));
      element.dispatchEvent(new FocusEvent("focus"));
    }
    scrollTo(0, document.body.scrollHeight);
    await new Promise((done) => setTimeout(done, 200));
  });
  const url = page.url();
  await context.close();
  seen.console.splice(5);
  return { ...seen, moved: url !== pathToFileURL(path).href };
}

// Refuted and undecided claims stand open; of these alone a table is sorted here.
const claims = (page) => page.locator("table.verdicts tbody tr:not(.group):visible");
const standing = (page) => page.locator("table.verdicts").first().locator("tbody tr:not(.group):visible");
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

// sees says what a width and a colour scheme give a reader.
async function sees(path, width, colorScheme) {
  const { page, context, seen } = await open(path, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  await page.evaluate(() => { for (const details of document.querySelectorAll("main details")) details.open = true; });
  await page.evaluate(axe);
  // A scheme changes colours only, so in one of them the rules about these do.
  const rules = colorScheme === "dark" ? { runOnly: ["color-contrast", "link-in-text-block"] } : {};
  const violated = async () => {
    const { violations } = await page.evaluate((rules) => window.axe.run({ resultTypes: ["violations"], ...rules }), rules);
    return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any.map((a) => a.message)}`).join(" | ").slice(0, 600)}`);
  };
  const wider = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const out = {
    width, scheme: colorScheme, overflow: await wider(), console: seen.console, requests: seen.requests, background: await background(page),
    axe: await violated(),
  };
  const ask = page.getByRole("button", { name: "Guess first" });
  if (width < 640 && await ask.count()) { // the same with all that was measured hidden
    await ask.click();
    await page.locator(".guesses button").first().click(); // of a guess that lacks
    await page.locator(".guesses.claims button").first().click();
    out.axe.push(...await violated());
    out.overflow = Math.max(out.overflow, await wider());
  }
  await context.close();
  return out;
}

// uses sorts, filters and reads as somebody at a desk would.
async function uses(path) {
  const { page, context, seen } = await open(path, { viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  const out = {};
  const outcomes = (rows) => rows.evaluateAll((all) => all.map((row) => row.querySelector(".pill").lastChild.textContent.trim()));
  const verdicts = () => outcomes(standing(page));
  const sorted = () => page.locator("table.verdicts thead th").first().getAttribute("aria-sort");
  out.asWritten = await verdicts();
  await page.getByRole("button", { name: "Verdict", exact: true }).click();
  out.sortedByMouse = { sort: await sorted(), verdicts: await verdicts() };
  await page.keyboard.press("Enter"); // the button has the focus
  out.sortedByKey = { sort: await sorted(), verdicts: await verdicts() };
  await page.keyboard.press("Space");
  out.unsorted = { sort: await sorted(), verdicts: await verdicts() };

  await page.getByRole("searchbox").focus();
  await page.keyboard.type("tcp");
  out.lines = await page.locator("table.verdicts tbody tr:not(.group)").count();
  out.found = { texts: await claims(page).allInnerTexts(), status: await page.locator(".shown").innerText() };
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.getByRole("checkbox", { name: /^supported/ }).focus();
  await page.keyboard.press("Space");
  out.withoutSupported = await claims(page).evaluateAll((rows) => rows.map((row) => row.dataset.verdict));
  await page.getByRole("checkbox", { name: /^supported/ }).click();
  out.all = (await verdicts()).length;

  const details = page.locator("table.verdicts details").first();
  await details.locator("summary").focus();
  await page.keyboard.press("Enter");
  out.evidence = await details.locator("dl").isVisible();

  const mark = page.locator("#throughput .wide .pt").filter({ hasText: /^tcp, 1 goroutine:/ }).first();
  await mark.scrollIntoViewIfNeeded();
  await mark.hover({ force: true }); // others lie upon it
  out.tipByMouse = await page.locator("#tip").innerText();
  await page.mouse.move(0, 0);
  const chart = page.locator("#throughput .wide");
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(300); // the scrolling must not take it away
  out.tipByKey = await page.locator("#tip").innerText();
  await page.keyboard.press("Escape");
  out.tipGone = !(await page.locator("#tip").isVisible());

  const before = await background(page);
  await page.getByRole("button", { name: "Dark theme" }).click();
  out.themes = [before, await background(page)];
  await page.emulateMedia({ media: "print" });
  out.printed = await background(page);
  out.printedNavigation = await page.getByRole("navigation").isVisible();
  await context.close();
  return { ...out, ...seen };
}

// guesses plays the game of guessing first, by keyboard.
async function guesses(path) {
  const { page, context, seen } = await open(path, { viewport: { width: 1280, height: 900 } });
  const out = {};
  const numbers = await page.locator(".card .n").allTextContents();
  const ofVerdict = (verdict) => page.locator(`tr[data-verdict="${verdict}"] .c-claim`).first().getAttribute("data-v");
  const status = () => page.locator(".score").innerText();
  await page.getByRole("button", { name: "Guess first" }).focus();
  await page.keyboard.press("Enter");
  const text = await page.locator("body").innerText();
  out.shown = numbers.filter((n) => text.includes(n));
  out.pills = await page.locator(".pill:visible, table.verdicts:visible, .chart:visible, .ran td:nth-child(3):visible").count();
  out.links = await page.locator("nav.toc a:visible").allInnerTexts();
  out.focus = await page.evaluate(() => document.activeElement.id);
  await page.keyboard.press("Tab");
  await page.keyboard.type(String(parseFloat(numbers[0]) * 1.4));
  await page.keyboard.press("Enter");
  out.said = [await status()];
  for (const verdict of ["supported", "refuted", "inconclusive"]) {
    await page.getByRole("button", { name: `supported: ${await ofVerdict(verdict)}`, exact: true }).first().focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Space"); // a second guess changes nothing
    out.said.push(await status());
  }
  out.truths = await page.locator(".truth").allInnerTexts();
  await page.getByRole("button", { name: "Show all that was measured" }).click();
  out.back = await page.locator(".card:visible").count();
  await context.close();
  return { ...out, ...seen };
}

// reads uses the page without its script.
async function reads(path) {
  const { page, context } = await open(path, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const out = { claims: await claims(page).count(), guess: await page.locator(".ask").isVisible(), filter: await page.locator(".filter").isVisible(), charts: await page.locator("figure .narrow svg:visible").count() };
  const details = page.locator("table.verdicts details").first();
  await details.locator("summary").click();
  out.evidence = await details.locator("dl").isVisible();
  await context.close();
  return out;
}

function valid(path) {
  const report = new HtmlValidate({ root: true, extends: ["html-validate:recommended"] }).validateStringSync(readFileSync(path, "utf8"));
  return report.results.flatMap((r) => r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)).slice(0, 40);
}

// atOnce runs functions, as many at a time as there are processors.
async function atOnce(functions) {
  const next = functions.values();
  const worker = async () => { for (const run of next) await run(); };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

const found = {};
const looks = [];
for (const { name, path, checks } of job.pages) {
  const out = (found[name] = {});
  if (checks.includes("loads")) looks.push(async () => { out.loads = await loads(path); });
  if (checks.includes("valid")) out.invalid = valid(path);
  if (checks.includes("sees")) {
    out.sees = [];
    for (const { width, scheme } of job.sights) looks.push(async () => { out.sees.push(await sees(path, width, scheme)); });
  }
  if (checks.includes("uses")) looks.push(async () => { out.uses = await uses(path); }, async () => { out.reads = await reads(path); });
  if (checks.includes("guesses")) looks.push(async () => { out.guesses = await guesses(path); });
}
await atOnce(looks);
await browser.close();
console.log(JSON.stringify(found));
