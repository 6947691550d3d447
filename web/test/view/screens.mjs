// Brings up every screen of the page in Chromium, in both themes and two widths, under the page's real policy: no
// finding of axe-core, no error in the console, no report of the policy, nothing wider than the screen. The pictures go
// to build/screens/.   node web/test/view/screens.mjs [SCENE…]
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { scenes } from './screens/scenes.ts';
import { buildFolder, onStage, settled } from './stage.mjs';

const pictures = join(buildFolder, 'screens');
const kWidths = [
  [1280, 800],
  [390, 844],
];
const kThemes = ['light', 'dark'];
// The smallest and the largest width that have to work; only checked for overflow, not pictured.
const kExtremes = [
  [320, 640],
  [2560, 1300],
];
// Scripts and styles of the view and model may weigh this much, so that 90 kB do with what the host adds.
const kBytesMax = 70_000;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const findings = [];

async function press(page, name) {
  // The first visible control whose accessible name starts with this one.
  const handle = await page.evaluateHandle(
    (wanted) => {
      const names = (element) =>
        element.getAttribute('aria-label') ??
        [...(element.labels ?? [])].map((label) => label.textContent).join() ??
        '';
      const top = document.querySelector('dialog[open]') ?? document;
      return [...top.querySelectorAll('button, [role=menuitem], input[type=checkbox]')].find(
        (element) =>
          element.checkVisibility() &&
          (names(element) || element.textContent.trim()).replace(/\u{fffd}/gu, '').startsWith(wanted),
      );
    },
    name.replace(/\u202e/g, ''),
  );
  const element = handle.asElement();
  if (element === null) return false;
  await element.evaluate((one) => one.click());
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  return true;
}

// Nothing may be wider than the screen, nor stand beside it.
async function check(page, where) {
  const [wide, beside] = await page.evaluate(() => [
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    [...document.querySelectorAll('button, input, textarea, h1, h2, .bubble, .notice-bar, .alarm, .card')]
      .filter((element) => element.checkVisibility() && !element.matches('.hidden, .hidden *'))
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.className || element.tagName),
  ]);
  if (wide > 0) findings.push(`${where}: ${wide} px wider than the screen`);
  if (beside.length > 0) findings.push(`${where}: beside the screen: ${beside.join(', ')}`);
}

// A finger needs 44 px; links in running text, and what is only for screen readers, are excepted.
async function checkTouch(page, where) {
  const small = await page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'button, input:not([type=checkbox], [type=radio]), label:has(> [type=checkbox], > [type=radio]), select, textarea',
      ),
    ]
      .filter((element) => element.checkVisibility())
      .filter((element) => element.getBoundingClientRect().height < 44 || element.getBoundingClientRect().width < 44)
      .map((element) => element.getAttribute('aria-label') ?? element.textContent),
  );
  if (small.length > 0) findings.push(`${where}: smaller than 44 px: ${small.join(', ')}`);
}

async function runAxe(page, where) {
  // Run as a debugger does, since the policy rightly forbids the page to evaluate text.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const violation of violations)
    for (const node of violation.nodes)
      findings.push(
        `${where}: ${violation.id}: ${node.html.slice(0, 160)}: ${node.failureSummary.replace(/\s+/g, ' ')}`,
      );
}

async function show(browser, origin, name, scene, [width, height]) {
  let where = `${name} ${width}`;
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') findings.push(`${where}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => findings.push(`${where}: ${error.message}`));
  page.on('dialog', async (dialog) => {
    findings.push(`${where}: a script of a message ran`);
    await dialog.dismiss();
  });
  await page.setViewport({ width, height, isMobile: width < 700, hasTouch: width < 700 });
  const reduced = { name: 'prefers-reduced-motion', value: 'reduce' };
  await page.emulateMediaFeatures([reduced]);
  await page.goto(`${origin}/?scene=${name}${scene.link === undefined ? '' : '#/join/x'}`, { waitUntil: 'load' });
  await settled(page);
  for (const target of scene.press ?? []) {
    // On a wide screen there is no button for what is shown anyway, on a narrow one none for keys.
    const mayLack = target === 'Members' || target === 'Keyboard shortcuts';
    if (!(await press(page, target)) && !mayLack) findings.push(`${where}: nothing called ${target}`);
  }
  for (const theme of kThemes) {
    where = `${name} ${width} ${theme}`;
    await page.emulateMediaFeatures([reduced, { name: 'prefers-color-scheme', value: theme }]);
    await settled(page);
    await page.screenshot({ path: join(pictures, `${name}-${width}-${theme}.png`) });
    await runAxe(page, where);
  }
  await check(page, where);
  await checkTouch(page, where);
  const [extremeWidth, extremeHeight] = kExtremes[width < 700 ? 0 : 1];
  where = `${name} ${extremeWidth}`;
  await page.setViewport({ width: extremeWidth, height: extremeHeight, isMobile: width < 700, hasTouch: width < 700 });
  await settled(page);
  await check(page, where);
  await page.close();
}

function checkWeight(output) {
  const assets = join(output, 'assets');
  const files = readdirSync(assets).filter((file) => /\.(js|css)$/.test(file));
  const bytes = files.reduce((sum, file) => sum + brotliCompressSync(readFileSync(join(assets, file))).length, 0);
  if (bytes > kBytesMax) findings.push(`scripts and styles: ${bytes} bytes compressed, at most ${kBytesMax}`);
}

const wanted = process.argv.slice(2);
const chosen = Object.entries(scenes).filter(([name]) => wanted.length === 0 || wanted.includes(name));
mkdirSync(pictures, { recursive: true });
await onStage('screens', async (browser, origin, output) => {
  checkWeight(output);
  for (const [name, scene] of chosen) for (const size of kWidths) await show(browser, origin, name, scene, size);
});
process.stdout.write(`${chosen.length} screens, ${findings.length} findings\n`);
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.exit(findings.length === 0 && chosen.length > 0 ? 0 : 1);
