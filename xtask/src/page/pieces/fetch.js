// Fetches a piece of the program. If the server does not have it any more, this page is older than
// the server's: `frontend/src/piece.rs` reads that at the root element.
const fetchPiece = async (address) => {
  const answer = await fetch(address);
  const type = answer.headers.get("content-type") ?? "";
  const isOther = answer.ok && !type.startsWith("application/wasm");
  if (isOther || answer.status === 404 || answer.status === 410) {
    document.documentElement.dataset.outdated = "";
  }
  return answer;
};
