// Stands in for the server of the forms of accounts.
let last;

export function answerWith(status, body) {
  const { fetch } = globalThis;
  last = undefined;
  globalThis.fetch = async (path, { body: sent }) => {
    // The meter asks by itself, when nothing was typed for a moment.
    if (path !== "/api/v1/password_strength") last = `${path} ${sent}`;
    return new Response(body, { status });
  };
  return () => {
    globalThis.fetch = fetch;
    last = undefined;
  };
}

export function lastRequest() {
  return last;
}
