/** A logged page, in a frame of its own that has no way out: no session, no network, no scripts of ours. */
export function Html({ address, label }: { address: string; label: string }) {
  return <iframe className="md-html" title={label} src={`${address}?as=page`} sandbox="allow-scripts" loading="lazy" />;
}
