process.stderr.write('no licence found\n', () => process.exit(4));
await new Promise(() => {});
