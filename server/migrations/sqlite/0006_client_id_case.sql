-- A post's client_id is returned as it was written. This is a bit set of its 32 hexadecimal
-- digits: bit 0 is the leftmost digit, and a set bit means a letter in upper case. NULL means
-- lower case, which is usual, and is also the value of older rows.
ALTER TABLE messages ADD COLUMN client_id_case INTEGER;
