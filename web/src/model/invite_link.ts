// What the page itself knows of invite links; what is inside them is the core's business.

/** The link in the address bar, if the page was opened with one. The secret is all in the fragment. */
export function linkOfAddress(address: { readonly href: string; readonly hash: string }): string | null {
  return /^#\/join\/./.test(address.hash) ? address.href : null;
}

/** Whether nobody on another computer can open it. */
export function isLocalOnly(link: string): boolean {
  const host = /^https?:\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(link)?.[1]?.toLowerCase();
  if (host === undefined) return false;
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
