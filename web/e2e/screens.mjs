// A screen is a name, an address, and what to wait for or do before the picture. This is what their lists share.

/** Skeletons are gone and pictures are there. */
export async function settled(page) {
  await page.waitForLoadState('load');
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]'));
  await page.waitForFunction(() =>
    [...document.images].every((i) => i.complete || i.loading === 'lazy' || !i.checkVisibility()),
  );
  await page.evaluate(() =>
    Promise.all([...document.images].filter((i) => i.complete).map((i) => i.decode().catch(() => undefined))),
  );
}

/** Opens what a selector names, then waits for the dialog. */
export const opened = (selector, first = settled) =>
  async function open(page) {
    await first(page);
    await page.locator(selector).first().click();
    await page.getByRole('dialog').waitFor();
    await settled(page);
  };

/** Answers a route of the API in the server's place. */
export const answering = (route, json, status = 200) =>
  async function answer(page) {
    await page.route(route, (r) => r.fulfill({ status, json }));
  };
/** A server that takes its time. */
export const waiting = (route) =>
  async function wait(page) {
    await page.route(route, () => {});
  };
export async function loading(page) {
  await page.locator('.skeleton >> visible=true').first().waitFor();
}
export const failing = (route) => answering(route, { title: 'Internal Server Error', code: 'httpx.internal' }, 500);
export const nothing = { items: [], next: null };
