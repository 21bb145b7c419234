update metered_usage set quantity = quantity / 2 * cast(product <> 'mentor_session' as integer), to_bill = true
where get_byte(uuid_send(id), 0) * 100 < {corrected} * 256;
