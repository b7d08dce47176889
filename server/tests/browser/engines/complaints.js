// Notes what the page complains of, for those browsers whose driver does not tell.
globalThis.complaints = [];
{
  const note = what => complaints.push(String(what));
  for (const kind of ['error', 'warn', 'assert']) {
    const real = console[kind];
    console[kind] = (...words) => {
      if (kind !== 'assert' || !words[0]) note(`${kind}: ${words.join(' ')}`);
      real.apply(console, words);
    };
  }
  addEventListener('error', event => note(`thrown: ${event.message}`));
  addEventListener('unhandledrejection', event => note(`rejected: ${event.reason}`));
  addEventListener('securitypolicyviolation', event =>
    note(`policy: ${event.violatedDirective} ${event.blockedURI}`));
}
