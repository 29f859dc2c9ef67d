"""What a command starts: shells and launchers looked through, the server's options and files read."""
