"""What is handed in as a whole: opened, and judged part by part and then by what it translates."""
