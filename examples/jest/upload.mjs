/** What is tested here: somebody's own way of uploading, which tries twice. */
export async function upload(apiUrl, token, path, body) {
  const url = `${apiUrl}/projects/acme%2Ftools%2Fwidget/packages/generic/${path}`;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, { method: 'PUT', headers: { 'PRIVATE-TOKEN': token }, body });
    if (answer.ok) return attempt;
    if (attempt === 2) throw new Error(`${url} answered ${answer.status}`);
  }
}
