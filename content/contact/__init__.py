"""What finds contact details in a plain text (`content.folding`): one module for each kind of detail."""
