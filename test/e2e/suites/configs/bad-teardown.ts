export default function setup() {
  return () => {
    throw new Error('teardown failed');
  };
}
