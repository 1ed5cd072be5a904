/**
 * The repository of an image reference: without digest and tag, a registry's port kept.
 * `localhost:5000/a:1` gives `localhost:5000/a`.
 */
export function imageRepository(image: string): string {
  const digest = image.indexOf('@');
  const name = digest === -1 ? image : image.slice(0, digest);
  const tag = name.indexOf(':', name.lastIndexOf('/') + 1);
  return tag === -1 ? name : name.slice(0, tag);
}
