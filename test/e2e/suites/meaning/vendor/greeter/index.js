let greeted = 0;

export function greet(name) {
  greeted += 1;
  return `hello ${name} ${greeted}`;
}
