export function OperatorScreen() {
  return (
    <main className="main">
      <h1 className="said">Operator</h1>
    </main>
  );
}
