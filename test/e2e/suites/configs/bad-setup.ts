export default function setup(): void {
  throw new Error('globalSetup failed');
}
