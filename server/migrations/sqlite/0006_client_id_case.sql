-- A post's client_id goes back in the spelling in which it came: which of its 32 hexadecimal
-- digits, counted from the left and from the lowest bit, were letters in upper case. NULL for
-- lower case, which nearly all are; and so are those that were stored before it was kept.
ALTER TABLE messages ADD COLUMN client_id_case INTEGER;
