export function SettingsScreen() {
  return (
    <main className="main">
      <h1 className="said">Settings</h1>
    </main>
  );
}
