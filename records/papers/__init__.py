"""What every room needs to put something on paper: `rendering.render_pdf` turns a template into a PDF, `words` says days
and moments as paper says them."""
