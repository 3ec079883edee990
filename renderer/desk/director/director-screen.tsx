export function DirectorScreen() {
  return (
    <main className="main">
      <h1 className="said">Director</h1>
    </main>
  );
}
