<?php
// Made by barelab, from images/mail/files/etc/roundcube/config.inc.php.j2
// What is not here has its value from defaults.inc.php.
$config = [];
$config['db_dsnw'] = 'sqlite:////var/lib/roundcube/db/roundcube.sqlite?mode=0640';
$config['des_key'] = substr(trim(file_get_contents('/etc/roundcube/session-key')), 0, 24);
$config['product_name'] = 'Real world: mail';
$config['support_url'] = '';

// By name, so that the certificate is checked; people log in as they do over IMAP.
$tls = ['ssl' => ['verify_peer' => true, 'cafile' => '/etc/ssl/certs/ca-certificates.crt']];
$config['imap_host'] = 'ssl://mail1:993';
$config['imap_conn_options'] = $tls;
$config['smtp_host'] = 'tls://mail1:587';
$config['smtp_conn_options'] = $tls;
$config['smtp_user'] = '%u';
$config['smtp_pass'] = '%p';
$config['username_domain'] = 'realworld.localhost';
$config['mail_domain'] = 'realworld.localhost';

// Browsers come through the front door, which speaks TLS with them.
$config['use_https'] = true;
$config['proxy_whitelist'] = ['10.88.0.130'];
$config['x_frame_options'] = 'sameorigin';

$config['log_driver'] = 'syslog';
$config['syslog_id'] = 'roundcube';
$config['temp_dir'] = '/var/lib/roundcube/temp';
$config['skin'] = 'elastic';
$config['plugins'] = [];
$config['language'] = 'en_US';
$config['enable_spellcheck'] = false;
// Pictures in mails are never fetched from outside.
$config['show_images'] = 0;
