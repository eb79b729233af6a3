"""Foreign forms of a statement request: attachments in multipart/mixed, signatures in JWS."""
