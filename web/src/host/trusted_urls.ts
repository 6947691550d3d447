// Trusted Types: the page's policy allows this one policy, and it lets through nothing but the URLs it was made with.

export const kPolicyName = 'app-worker';

interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

/**
 * Makes the policy; call it once. Returns what turns one of `known` into a value that `new Worker` takes, and throws a
 * TypeError for every other URL. Without Trusted Types that value is the URL itself.
 */
export function trustOnly(known: readonly string[], factory: PolicyFactory | undefined): (url: string) => string {
  const createScriptURL = (url: string): string => {
    if (!known.includes(url)) throw new TypeError('not a script of this page');
    return url;
  };
  if (factory === undefined) return createScriptURL;
  const policy = factory.createPolicy(kPolicyName, { createScriptURL });
  // A TrustedScriptURL, which TypeScript's DOM does not know and the browser takes in place of a string.
  return (url) => policy.createScriptURL(url) as string;
}
