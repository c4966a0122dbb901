package media

// unused is when nothing refers to a blob: neither a rendition nor a master.
const unused = `NOT EXISTS (SELECT 1 FROM media_rendition r WHERE r.blob_key = media_blob.blob_key)
	AND NOT EXISTS (SELECT 1 FROM media_asset a WHERE media_blob.blob_key LIKE 'masters/%' AND a.sha256 = SUBSTR(media_blob.blob_key, 9))`
