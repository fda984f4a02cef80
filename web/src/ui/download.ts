/** Bytes handed to the person as a file. */

export function download(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function fileName(key: string, ending: string): string {
  return `${key.replace(/[^\w.-]+/g, "_")}.${ending}`;
}
